-- 6 is dead. Whoever is alive, or about to be, stays, however long its store was away.
DELETE FROM lineup_members WHERE cluster = @DeploymentId AND status = 6 AND alive_at < @IAmAliveTime

WITH members AS (DELETE FROM lineup_members WHERE cluster = @DeploymentId)
DELETE FROM lineup_clusters WHERE cluster = @DeploymentId

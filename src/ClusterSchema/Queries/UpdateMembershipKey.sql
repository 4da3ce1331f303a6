WITH counted AS
(
    UPDATE lineup_clusters SET version = version + 1, changed_at = now()
    WHERE cluster = @DeploymentId AND version = @Version AND EXISTS
    (
        SELECT FROM lineup_members
        WHERE cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
    )
    RETURNING cluster
),
changed AS
(
    UPDATE lineup_members member
    SET status = @Status, suspicions = @SuspectTimes, alive_at = @IAmAliveTime
    FROM counted
    WHERE member.cluster = counted.cluster AND address = @Address AND port = @Port AND generation = @Generation
    RETURNING member.cluster
)
SELECT EXISTS (SELECT FROM changed)

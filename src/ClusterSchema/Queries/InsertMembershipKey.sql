-- Of two silos that saw the same version one waits for the other's row lock, finds another version, and changes nothing.
WITH counted AS
(
    UPDATE lineup_clusters SET version = version + 1, changed_at = now()
    WHERE cluster = @DeploymentId AND version = @Version AND NOT EXISTS
    (
        SELECT FROM lineup_members
        WHERE cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
    )
    RETURNING cluster
),
added AS
(
    INSERT INTO lineup_members
        (cluster, address, port, generation, silo_name, host_name, status, gateway_port, started_at, alive_at)
    SELECT cluster, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM counted
    RETURNING cluster
)
SELECT EXISTS (SELECT FROM added)

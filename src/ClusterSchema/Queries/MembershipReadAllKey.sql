-- A cluster without members still has its version.
SELECT
    cluster AS DeploymentId, version AS Version, address AS Address, port AS Port, generation AS Generation, silo_name AS SiloName,
    host_name AS HostName, status AS Status, gateway_port AS ProxyPort, suspicions AS SuspectTimes, started_at AS StartTime,
    alive_at AS IAmAliveTime
FROM lineup_clusters LEFT JOIN lineup_members USING (cluster)
WHERE cluster = @DeploymentId

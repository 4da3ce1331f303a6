WITH added AS
(
    INSERT INTO lineup_clusters (cluster) VALUES (@DeploymentId)
    ON CONFLICT DO NOTHING
    RETURNING cluster
)
SELECT EXISTS (SELECT FROM added)

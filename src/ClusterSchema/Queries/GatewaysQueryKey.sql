SELECT address AS Address, gateway_port AS ProxyPort, generation AS Generation FROM lineup_members
WHERE cluster = @DeploymentId AND status = @Status AND gateway_port > 0

-- What a cluster keeps in PostgreSQL. Each statement can be run again: what is there stays as it is.

-- A row a version of this schema that was ever brought here.
CREATE TABLE IF NOT EXISTS lineup_schema
(
    version integer PRIMARY KEY,
    made_at timestamptz NOT NULL DEFAULT now()
);

-- The texts that Orleans reads its queries from; it knows this table and its two columns by these names.
CREATE TABLE IF NOT EXISTS OrleansQuery
(
    QueryKey text PRIMARY KEY,
    QueryText text NOT NULL
);

-- The version of each cluster's table of members. Whoever changes a member counts it up, or has not seen the latest and must read again.
CREATE TABLE IF NOT EXISTS lineup_clusters
(
    cluster text PRIMARY KEY,
    version integer NOT NULL DEFAULT 0,
    changed_at timestamptz NOT NULL DEFAULT now()
);

-- A row a silo's life: a silo that starts anew has another generation.
CREATE TABLE IF NOT EXISTS lineup_members
(
    cluster text NOT NULL REFERENCES lineup_clusters,
    address text NOT NULL,
    port integer NOT NULL,
    generation integer NOT NULL,
    silo_name text NOT NULL,
    host_name text NOT NULL,
    status integer NOT NULL,
    gateway_port integer NOT NULL,
    suspicions text,
    started_at timestamptz NOT NULL,
    alive_at timestamptz NOT NULL,
    PRIMARY KEY (cluster, address, port, generation)
);

-- State of grains. Keys of grains are two numbers, a text, or all three; what a key does not have is zero or empty.
CREATE TABLE IF NOT EXISTS lineup_grain_state
(
    service text NOT NULL,
    kind text NOT NULL,
    number_high bigint NOT NULL,
    number_low bigint NOT NULL,
    name text NOT NULL,
    state bytea,
    version integer NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (service, kind, number_high, number_low, name)
);

-- generated from topology.yaml: edit that
SET 'pipeline.name' = 'usage-pipeline';
SET 'pipeline.global-job-parameters' = 'streamatlas.digest:10735fd97fe73821';
SET 'parallelism.default' = '1';
SET 'table.local-time-zone' = 'UTC';
SET 'table.exec.state.ttl' = '4 d';
SET 'table.optimizer.agg-phase-strategy' = 'ONE_PHASE';
SET 'execution.checkpointing.interval' = '5 s';
SET 'execution.checkpointing.timeout' = '5 min';
SET 'execution.checkpointing.dir' = '$FLINK_STATE/usage-pipeline/checkpoints';
SET 'execution.checkpointing.externalized-checkpoint-retention' = 'RETAIN_ON_CANCELLATION';
SET 'restart-strategy.type' = 'exponential-delay';
SET 'restart-strategy.exponential-delay.initial-backoff' = '1 s';
SET 'restart-strategy.exponential-delay.max-backoff' = '2 min';
SET 'restart-strategy.exponential-delay.reset-backoff-threshold' = '10 min';

CREATE TEMPORARY TABLE kafka_main WITH (
  'properties.bootstrap.servers' = '$KAFKA_ADDRESS',
  'properties.security.protocol' = 'SASL_PLAINTEXT',
  'properties.sasl.mechanism' = 'SCRAM-SHA-512',
  'properties.sasl.jaas.config' = 'org.apache.flink.kafka.shaded.org.apache.kafka.common.security.scram.ScramLoginModule required username="usage-pipeline" password="$KAFKA_PASSWORD_USAGE_PIPELINE";'
);

CREATE TEMPORARY TABLE kafka_in WITH (
  'connector' = 'kafka',
  'properties.group.id' = 'usage-pipeline',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601'
) LIKE kafka_main;

CREATE TEMPORARY TABLE usage_minute_compute (
  account_id STRING,
  product STRING,
  unit STRING,
  quantity DECIMAL(38, 6),
  minute_start TIMESTAMP_LTZ(3),
  WATERMARK FOR minute_start AS minute_start - INTERVAL '1' MINUTE
) WITH (
  'topic' = 'usage.minute.compute',
  'scan.watermark.idle-timeout' = '1 min'
) LIKE kafka_in;

CREATE TEMPORARY TABLE usage_minute_vault (
  account_id STRING,
  product STRING,
  unit STRING,
  quantity DECIMAL(38, 6),
  minute_start TIMESTAMP_LTZ(3),
  PRIMARY KEY (account_id, product, unit, minute_start) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'usage.minute.vault',
  'properties.group.id' = 'usage-pipeline',
  'properties.isolation.level' = 'read_committed',
  'key.format' = 'json',
  'key.json.timestamp-format.standard' = 'ISO-8601',
  'key.json.encode.decimal-as-plain-number' = 'true',
  'value.format' = 'json',
  'value.json.timestamp-format.standard' = 'ISO-8601'
) LIKE kafka_main;

CREATE TEMPORARY TABLE store_subscriptions (
  account_id STRING,
  tier STRING,
  PRIMARY KEY (account_id) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '$POSTGRES_ADDRESS',
  'table-name' = 'subscriptions',
  'username' = '$POSTGRES_USER',
  'password' = '$POSTGRES_PASSWORD',
  'lookup.cache' = 'PARTIAL',
  'lookup.partial-cache.expire-after-write' = '10 min',
  'lookup.partial-cache.max-rows' = '100000'
);

CREATE TEMPORARY TABLE store_usage (
  account_id STRING,
  product STRING,
  unit STRING,
  quantity DECIMAL(38, 6),
  minute_start TIMESTAMP(3),
  tier STRING,
  PRIMARY KEY (account_id, product, unit, minute_start) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '$POSTGRES_ADDRESS',
  'table-name' = 'usage',
  'username' = '$POSTGRES_USER',
  'password' = '$POSTGRES_PASSWORD',
  'sink.buffer-flush.max-rows' = '1000',
  'sink.buffer-flush.interval' = '1 s'
);

CREATE TEMPORARY VIEW minutes AS
SELECT account_id, product, unit, quantity, minute_start
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY account_id, product, unit, minute_start ORDER BY now_at) AS n
  FROM (SELECT *, PROCTIME() AS now_at FROM usage_minute_compute)
)
WHERE n = 1;

EXECUTE STATEMENT SET BEGIN

  INSERT INTO store_usage
  SELECT l.account_id, l.product, l.unit, l.quantity, l.minute_start, r.tier
  FROM (SELECT *, PROCTIME() AS now_at FROM minutes) AS l
  LEFT JOIN store_subscriptions FOR SYSTEM_TIME AS OF l.now_at AS r
    ON r.account_id = l.account_id;

  INSERT INTO store_usage
  SELECT l.account_id, l.product, l.unit, l.quantity, l.minute_start, r.tier
  FROM (SELECT *, PROCTIME() AS now_at FROM usage_minute_vault) AS l
  LEFT JOIN store_subscriptions FOR SYSTEM_TIME AS OF l.now_at AS r
    ON r.account_id = l.account_id;

END;

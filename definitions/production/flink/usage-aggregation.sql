-- generated from topology.yaml: edit that
SET 'pipeline.name' = 'usage-aggregation';
SET 'pipeline.global-job-parameters' = 'streamatlas.digest:98d7c48cb2e76ce2';
SET 'parallelism.default' = '1';
SET 'table.local-time-zone' = 'UTC';
SET 'table.exec.state.ttl' = '7 d';
SET 'table.optimizer.agg-phase-strategy' = 'ONE_PHASE';
SET 'execution.checkpointing.interval' = '30 s';
SET 'execution.checkpointing.timeout' = '5 min';
SET 'execution.checkpointing.dir' = 's3://usage-flink/usage-aggregation/checkpoints';
SET 'execution.checkpointing.externalized-checkpoint-retention' = 'RETAIN_ON_CANCELLATION';
SET 'restart-strategy.type' = 'exponential-delay';
SET 'restart-strategy.exponential-delay.initial-backoff' = '1 s';
SET 'restart-strategy.exponential-delay.max-backoff' = '2 min';
SET 'restart-strategy.exponential-delay.reset-backoff-threshold' = '10 min';

CREATE TEMPORARY TABLE kafka_main WITH (
  'properties.bootstrap.servers' = 'kafka.example.com:9093',
  'properties.security.protocol' = 'SASL_SSL',
  'properties.sasl.mechanism' = 'SCRAM-SHA-512',
  'properties.sasl.jaas.config' = 'org.apache.flink.kafka.shaded.org.apache.kafka.common.security.scram.ScramLoginModule required username="usage-aggregation" password="$KAFKA_PASSWORD_USAGE_AGGREGATION";'
);

CREATE TEMPORARY TABLE kafka_in WITH (
  'connector' = 'kafka',
  'properties.group.id' = 'usage-aggregation',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601'
) LIKE kafka_main;

CREATE TEMPORARY TABLE kafka_out WITH (
  'connector' = 'kafka',
  'sink.delivery-guarantee' = 'exactly-once',
  'properties.transaction.timeout.ms' = '840000',
  'value.format' = 'json',
  'value.json.timestamp-format.standard' = 'ISO-8601',
  'value.json.encode.decimal-as-plain-number' = 'true'
) LIKE kafka_main;

CREATE TEMPORARY TABLE usage_raw_maps (
  usage_id STRING,
  account_id STRING,
  product STRING,
  unit STRING,
  quantity DECIMAL(18, 6),
  used_at TIMESTAMP_LTZ(3),
  WATERMARK FOR used_at AS used_at - INTERVAL '15' MINUTE
) WITH (
  'topic' = 'usage.raw.maps',
  'scan.watermark.idle-timeout' = '1 min'
) LIKE kafka_in;

CREATE TEMPORARY TABLE usage_raw_meet (
  usage_id STRING,
  account_id STRING,
  product STRING,
  unit STRING,
  quantity DECIMAL(18, 6),
  used_at TIMESTAMP_LTZ(3),
  WATERMARK FOR used_at AS used_at - INTERVAL '15' MINUTE
) WITH (
  'topic' = 'usage.raw.meet',
  'scan.watermark.idle-timeout' = '2 min'
) LIKE kafka_in;

CREATE TEMPORARY TABLE usage_raw_vault_wire (
  usage_id STRING,
  account_id STRING,
  product STRING,
  unit STRING,
  quantity DECIMAL(18, 6),
  used_at STRING,
  used_at_utc AS TO_TIMESTAMP_LTZ(used_at, 'yyyy-MM-dd''T''HH:mm:ss[.SSS]', 'America/Los_Angeles'),
  WATERMARK FOR used_at_utc AS used_at_utc - INTERVAL '15' MINUTE
) WITH (
  'topic' = 'usage.raw.vault',
  'scan.watermark.idle-timeout' = '1 min'
) LIKE kafka_in;

CREATE TEMPORARY VIEW usage_raw_vault AS
SELECT usage_id, account_id, product, unit, quantity, used_at_utc AS used_at
FROM usage_raw_vault_wire;

CREATE TEMPORARY TABLE usage_minute_maps (
  account_id STRING,
  product STRING,
  unit STRING,
  quantity DECIMAL(38, 6),
  minute_start TIMESTAMP_LTZ(3)
) WITH (
  'topic' = 'usage.minute.maps',
  'key.format' = 'raw',
  'key.fields' = 'account_id',
  'sink.transactional-id-prefix' = 'usage-aggregation/usage.minute.maps'
) LIKE kafka_out;

CREATE TEMPORARY TABLE usage_minute_meet (
  account_id STRING,
  product STRING,
  unit STRING,
  quantity DECIMAL(38, 6),
  minute_start TIMESTAMP_LTZ(3)
) WITH (
  'topic' = 'usage.minute.meet',
  'key.format' = 'raw',
  'key.fields' = 'account_id',
  'sink.transactional-id-prefix' = 'usage-aggregation/usage.minute.meet'
) LIKE kafka_out;

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
  'key.format' = 'json',
  'key.json.timestamp-format.standard' = 'ISO-8601',
  'key.json.encode.decimal-as-plain-number' = 'true',
  'sink.transactional-id-prefix' = 'usage-aggregation/usage.minute.vault'
) LIKE kafka_out;

CREATE TEMPORARY VIEW usage_minute_maps_in AS
SELECT usage_id, account_id, product, unit, quantity, used_at
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY usage_id ORDER BY now_at) AS n
  FROM (SELECT *, PROCTIME() AS now_at FROM usage_raw_maps)
)
WHERE n = 1 AND (quantity <> 0);

CREATE TEMPORARY VIEW usage_minute_meet_in AS
SELECT usage_id, account_id, product, unit, quantity, used_at
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY usage_id ORDER BY now_at) AS n
  FROM (SELECT *, PROCTIME() AS now_at FROM usage_raw_meet)
)
WHERE n = 1 AND (quantity <> 0);

CREATE TEMPORARY VIEW usage_minute_vault_in AS
SELECT usage_id, account_id, product, unit, quantity, used_at
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY usage_id ORDER BY now_at) AS n
  FROM (SELECT *, PROCTIME() AS now_at FROM usage_raw_vault)
)
WHERE n = 1 AND (quantity <> 0);

EXECUTE STATEMENT SET BEGIN

  INSERT INTO usage_minute_maps
  SELECT account_id, product, unit, SUM(quantity) AS quantity, window_start AS minute_start
  FROM TABLE(
    TUMBLE(TABLE usage_minute_maps_in, DESCRIPTOR(used_at), INTERVAL '1' MINUTE)
  )
  GROUP BY account_id, product, unit, window_start, window_end;

  INSERT INTO usage_minute_meet
  SELECT account_id, product, unit, SUM(quantity) AS quantity, window_start AS minute_start
  FROM TABLE(
    TUMBLE(TABLE usage_minute_meet_in, DESCRIPTOR(used_at), INTERVAL '1' MINUTE)
  )
  GROUP BY account_id, product, unit, window_start, window_end;

  INSERT INTO usage_minute_vault
  SELECT account_id, product, unit, SUM(quantity) AS quantity, FLOOR(used_at TO MINUTE) AS minute_start
  FROM usage_minute_vault_in
  GROUP BY account_id, product, unit, FLOOR(used_at TO MINUTE);

END;

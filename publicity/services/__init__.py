"""What publicity writes, by noun: notices 公示 and objections 异议."""

"""Delivery (实施): money and works: pools, approvals, contracts, milestones, payments, acceptance 验收, ratings.

May import voting, proposals and civic. Start at services/approvals.py and rules/money.py. A project approved here
runs 公示 → 合同 → 开工 → 里程碑 → 报完工 → 验收（整改、复验）→ 结算 → 评价 → 归档; its state moves through
proposals.services.moves alone. What the public page reads: queries.ladder (钱), queries.work_of (合同、里程碑、验收),
queries.satisfaction (满意度); each is one query or says how many.
"""

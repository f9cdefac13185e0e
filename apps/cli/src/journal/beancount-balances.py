"""Balances as beancount computes them: FILE TAG, the tag empty for all transactions. Prints JSON, account to amount."""

import json
import sys

from beancount import loader
from beancount.core import data, realization

entries, errors, _ = loader.load_file(sys.argv[1])
assert not errors, errors
tag = sys.argv[2]
wanted = [e for e in entries if not tag or not isinstance(e, data.Transaction) or tag in e.tags]
root = realization.realize(wanted)
balances = {
    account.account: str(account.balance.get_currency_units("CNY").number)
    for account in realization.iter_children(root)
    if account.txn_postings
}
print(json.dumps(balances))

"""What stands for each item of the inventory and each correction on AWS: resources and tests.

Data and its types; the page is `docs/generators/inventory.py`. Tests hold every name to what is
there: addresses to Terraform's plan, runs and test functions to their files, codes to catalogues.
"""

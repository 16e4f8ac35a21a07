"""What Ansible modules run on a host: standard library only, relative imports only.

Ansible ships these files inside a module as `ansible.module_utils.platelayer.host`.
"""

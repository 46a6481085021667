"""autograder completion: let the shell complete commands, options and names."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

HOWTO = {
    "bash": 'Put this line into ~/.bashrc:  eval "$(autograder completion bash)"',
    "zsh": 'Put this line into ~/.zshrc, after compinit:  eval "$(autograder completion zsh)"',
    "fish": "Write this once:  autograder completion fish > ~/.config/fish/completions/autograder.fish",
}


@click.command()
@click.argument("shell", type=click.Choice(list(HOWTO)))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script by which the shell SHELL completes commands, options, assignments, students and files.

    Put it where the shell reads it when it starts: the last line of the output says how.

    \b
    Example: autograder completion bash
    Example: eval "$(autograder completion bash)"
    """  # noqa: D301  (\b is click's mark for lines that stay as they are)
    known = get_completion_class(shell)
    if known is None:
        raise click.BadParameter(f"click can't complete in {shell}")
    program = ctx.find_root()
    script = known(program.command, {}, "autograder", "_AUTOGRADER_COMPLETE").source()
    # The first line of zsh's is a mark that has to stay the first.
    click.echo(f"{script.rstrip()}\n\n# {HOWTO[shell]}")

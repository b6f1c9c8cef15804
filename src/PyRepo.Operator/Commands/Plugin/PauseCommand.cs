using System.CommandLine;
using PyRepo.Operator.Manifests;

namespace PyRepo.Operator.Commands.Plugin;

/// <summary><c>kubectl pyrepo pause</c> and <c>kubectl pyrepo resume</c></summary>
static class PauseCommand
{
    /// <summary>Creates one of the two commands for the command line.</summary>
    /// <param name="name">The name.</param>
    /// <param name="description">A description.</param>
    /// <param name="value">The value that the annotation gets; null: it is removed.</param>
    public static Command Create(string name, string description, string? value)
    {
        var target = new PluginTarget();
        var command = target.AddTo(new Command(name, description));
        command.Handle(async (parsed, cancellationToken) =>
        {
            var found = await target.FindAsync(parsed, cancellationToken);
            return await found.Kubectl.RunAsync(
                cancellationToken, "annotate", "-n", found.Namespace, found.Reference, "--overwrite",
                value is null ? $"{Annotations.Paused}-" : $"{Annotations.Paused}={value}");
        });
        return command;
    }
}

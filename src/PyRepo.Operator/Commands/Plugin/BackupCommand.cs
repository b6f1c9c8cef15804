using System.CommandLine;
using PyRepo.Operator.Manifests;

namespace PyRepo.Operator.Commands.Plugin;

/// <summary><c>kubectl pyrepo backup</c></summary>
static class BackupCommand
{
    /// <summary>Creates the command for the command line.</summary>
    public static Command Create()
    {
        var target = new PluginTarget();
        var command = target.AddTo(new Command(
            "backup", "Back a repository up now, in addition to its schedule. It begins within two minutes."));
        command.Handle(async (parsed, cancellationToken) =>
        {
            var found = await target.FindAsync(parsed, cancellationToken);
            if (found.Document["spec"]?["backup"] is null)
                throw new KubectlException($"{found.Reference} has no spec.backup, which says where backups are.");
            return await found.Kubectl.RunAsync(
                cancellationToken, "annotate", "-n", found.Namespace, found.Reference, "--overwrite",
                $"{Annotations.Backup}={RotateCommand.NewValue()}");
        });
        return command;
    }
}

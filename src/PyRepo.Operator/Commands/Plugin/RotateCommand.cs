using System.CommandLine;
using System.Globalization;
using PyRepo.Operator.Manifests;

namespace PyRepo.Operator.Commands.Plugin;

/// <summary><c>kubectl pyrepo rotate</c></summary>
static class RotateCommand
{
    /// <summary>Creates the command for the command line.</summary>
    public static Command Create()
    {
        var target = new PluginTarget();
        var key = new Option<bool>("--signing-key")
        {
            Description = "The signing key of the namespace instead: sessions and tokens of jobs end within an hour.",
        };
        var command = target.AddTo(new Command(
            "rotate", "Generate a new password for a repository. The previous one is valid for an hour.") { key });
        command.Handle(async (parsed, cancellationToken) =>
        {
            var found = await target.FindAsync(parsed, cancellationToken);
            if (!parsed.GetValue(key) && !HasGeneratedPassword(found))
            {
                throw new KubectlException($"{found.Reference} has no generated password. Change those of its users in "
                    + "the Secret that spec.access.usersSecretRef names.");
            }
            var annotation = parsed.GetValue(key) ? Annotations.RotateSigningKey : Annotations.Rotate;
            return await found.Kubectl.RunAsync(
                cancellationToken, "annotate", "-n", found.Namespace, found.Reference, "--overwrite",
                $"{annotation}={NewValue()}");
        });
        return command;
    }

    /// <summary>Whether the operator makes a password: a group has none, and neither has who has users of its own.</summary>
    static bool HasGeneratedPassword(FoundResource found) =>
        found.Kind != Resources.RepositoryGroup.KindName && found.Document["spec"]?["access"] is null;

    /// <summary>A value that an annotation did not have: what it asks for is done once per value.</summary>
    public static string NewValue() =>
        DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH.mm.ss.fff'Z'", CultureInfo.InvariantCulture);
}

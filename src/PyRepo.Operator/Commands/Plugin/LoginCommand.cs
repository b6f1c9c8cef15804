using System.CommandLine;
using System.Text;
using PyRepo.Operator.Manifests;
using PyRepo.Resources.References;

namespace PyRepo.Operator.Commands.Plugin;

/// <summary><c>kubectl pyrepo login</c></summary>
static class LoginCommand
{
    const string GetSecret = "kubectl get secret";
    const string Template = "go-template='{{.data.password | base64decode}}'";

    /// <summary>Creates the command for the command line.</summary>
    public static Command Create()
    {
        var target = new PluginTarget();
        var port = new Option<int>("--port") { Description = "The port here. [default: any]", HelpName = "PORT" };
        var command = target.AddTo(new Command(
            "login", "Forward a port to a repository, and print the lines for pip and twine.") { port });
        command.Handle(async (parsed, cancellationToken) =>
        {
            var found = await target.FindAsync(parsed, cancellationToken);
            var password = await FindPasswordAsync(found, cancellationToken);
            using var forward = await found.Kubectl.ForwardAsync(
                found.Namespace, $"service/{found.Name}", 80, parsed.GetValue(port), cancellationToken);
            Console.Write(Describe(found, new Uri(forward.Url, GetBasePath(found)), password is not null));
            await forward.WaitAsync(cancellationToken);
            await Console.Error.WriteLineAsync("The connection ended: the pod is gone. Run the command again.");
            return 1;
        });
        return command;
    }

    /// <summary>The path at which the repository is served.</summary>
    public static string GetBasePath(FoundResource found)
    {
        var path = (string?)found.Document["spec"]?["ingress"]?["path"] ?? "/";
        return path.EndsWith('/') ? path : $"{path}/";
    }

    /// <summary>The generated password, or null if there is none, or the user may not read it.</summary>
    public static async Task<string?> FindPasswordAsync(FoundResource found, CancellationToken cancellationToken)
    {
        try
        {
            var secret = await found.Kubectl.GetAsync(
                cancellationToken, "secret", ChildNames.Credentials(found.Name), "-n", found.Namespace,
                "--ignore-not-found");
            return secret is [var only, ..] && (string?)only["data"]?["password"] is { } encoded
                ? Encoding.UTF8.GetString(Convert.FromBase64String(encoded)) : null;
        }
        catch (KubectlException)
        {
            return null; // The repository has users of its own, or this one may not read Secrets.
        }
    }

    /// <summary>The lines to type. The password itself is not shown: screens and histories keep it.</summary>
    static string Describe(FoundResource found, Uri url, bool hasPassword) => !hasPassword
        ? $"""
            pip install --index-url {url}simple/ PACKAGE
            twine upload --repository-url {url} --username USER dist/*

            You cannot read a generated password: use a user of spec.access. Ctrl-C ends the connection.

            """
        : $"""
            export TWINE_PASSWORD="$({GetSecret} {ChildNames.Credentials(found.Name)} -n {found.Namespace} -o {Template})"
            pip install --index-url "http://{GeneratedSecret.User}:$TWINE_PASSWORD@{url.Authority}{url.AbsolutePath}simple/" PACKAGE
            twine upload --repository-url {url} --username {GeneratedSecret.User} dist/*

            Ctrl-C ends the connection.

            """;
}

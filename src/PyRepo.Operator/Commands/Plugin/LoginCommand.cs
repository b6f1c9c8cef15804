using System.CommandLine;
using System.Text;

namespace PyRepo.Operator.Commands.Plugin;

/// <summary><c>kubectl pyrepo login</c></summary>
static class LoginCommand
{
    /// <summary>Creates the command for the command line.</summary>
    public static Command Create()
    {
        var target = new PluginTarget();
        var port = new Option<int>("--port") { Description = "The port here. [default: any]", HelpName = "PORT" };
        var command = target.AddTo(new Command(
            "login", "Forward a port to a repository, and show how pip and twine use it.") { port });
        command.Handle(async (parsed, cancellationToken) =>
        {
            var found = await target.FindAsync(parsed, cancellationToken);
            var password = await FindPasswordAsync(found, cancellationToken);
            using var forward = await found.Kubectl.ForwardAsync(
                found.Namespace, $"service/{found.Name}", 80, parsed.GetValue(port), cancellationToken);
            Console.Write(Describe(new Uri(forward.Url, GetBasePath(found)), password));
            await forward.WaitAsync(cancellationToken);
            await Console.Error.WriteLineAsync("The connection ended: the pod is gone. Type the command again.");
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
                cancellationToken, "secret", $"{found.Name}-credentials", "-n", found.Namespace, "--ignore-not-found");
            return secret is [var only, ..] && (string?)only["data"]?["password"] is { } encoded
                ? Encoding.UTF8.GetString(Convert.FromBase64String(encoded)) : null;
        }
        catch (KubectlException)
        {
            return null; // The repository has users of its own, or this one may not read Secrets.
        }
    }

    static string Describe(Uri url, string? password) => password is null
        ? $"""
            pip install --index-url {url}simple/ PACKAGE
            twine upload --repository-url {url} --username USER dist/*

            You cannot read a generated password: use a user of spec.access. Ctrl-C ends the connection.

            """
        : $"""
            pip install --index-url {url.Scheme}://publisher:{password}@{url.Authority}{url.AbsolutePath}simple/ PACKAGE
            TWINE_PASSWORD={password} twine upload --repository-url {url} --username publisher dist/*

            Ctrl-C ends the connection.

            """;
}

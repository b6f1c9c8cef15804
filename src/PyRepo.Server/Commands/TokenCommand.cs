using System.CommandLine;
using PyRepo.Client;
using PyRepo.Resources.Access;
using PyRepo.Server.Access;
using PyRepo.Server.Endpoints.Api;

namespace PyRepo.Server.Commands;

/// <summary><c>pyrepo token</c></summary>
static class TokenCommand
{
    /// <summary>Creates the command for the command line.</summary>
    public static Command Create() =>
        new("token", "Create, list and revoke tokens.") { CreateCreate(), CreateList(), CreateRevoke() };

    static Command CreateCreate()
    {
        var (url, user) = (ServerOptions.Url(isRequired: false), ServerOptions.User());
        var role = new Option<Role>("--role")
        {
            Description = "The most the token allows: Reader, Publisher or Maintainer.",
            DefaultValueFactory = _ => Role.Reader,
        };
        var projects = new Option<string[]>("--project")
        {
            Description = "A project the token is limited to; '*' matches any characters. Repeatable. Default: all.",
            HelpName = "PATTERN",
        };
        var life = new Option<string>("--expires-in")
        {
            Description = $"How long the token is valid, at most {NewApiToken.MaxLife}.",
            HelpName = "DURATION",
            DefaultValueFactory = _ => NewApiToken.DefaultLife.ToString(),
        };
        var name = new Option<string?>("--name") { Description = "A name for the token.", HelpName = "TEXT" };
        var command = new Command(
            "create",
            "Create a token and print it. With --url, the repository stores it. Without, add the line printed to "
            + "standard error to the key 'tokens' of the Secret that usersSecretRef names.")
        {
            url, user, role, projects, life, name,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            var request = new TokenRequest
            {
                Name = parsed.GetValue(name),
                Role = parsed.GetValue(role),
                Projects = parsed.GetValue(projects) is { Length: > 0 } patterns ? patterns : null,
                ExpiresIn = parsed.GetValue(life),
            };
            return parsed.GetValue(url) is { } repository
                ? CreateAtAsync(repository, parsed.GetRequiredValue(user), request, cancellationToken)
                : Task.FromResult(CreateForSecret(request));
        });
        return command;
    }

    static Command CreateList()
    {
        var (url, user) = (ServerOptions.Url(), ServerOptions.User());
        var command = new Command("list", "List the tokens of a repository that you may revoke.") { url, user };
        command.SetAction((parsed, cancellationToken) => ClientCommand.RunAsync(
            parsed.GetRequiredValue(url)!, parsed.GetRequiredValue(user), async client =>
            {
                foreach (var token in await client.GetAsync(
                    "tokens", ApiJson.Default.TokenViewArray, cancellationToken))
                {
                    Console.Out.WriteLine(
                        $"{token.Id}  {token.Role,-10}  {token.Expires:yyyy-MM-dd}  {token.Owner}  {token.Name}  "
                        + string.Join(",", token.Projects ?? ["*"]));
                }
            }));
        return command;
    }

    static Command CreateRevoke()
    {
        var (url, user) = (ServerOptions.Url(), ServerOptions.User());
        var id = new Argument<string>("ID") { Description = "The token's identifier, which 'list' shows." };
        var command = new Command("revoke", "Revoke a token of a repository.") { id, url, user };
        command.SetAction((parsed, cancellationToken) => ClientCommand.RunAsync(
            parsed.GetRequiredValue(url)!, parsed.GetRequiredValue(user),
            client => client.DeleteAsync(ApiClient.GetPath("tokens", parsed.GetRequiredValue(id)), cancellationToken)));
        return command;
    }

    static Task<int> CreateAtAsync(Uri url, string user, TokenRequest request, CancellationToken cancellationToken) =>
        ClientCommand.RunAsync(url, user, async client =>
        {
            var token = await client.PostAsync(
                "tokens", request, ApiJson.Default.TokenRequest, ApiJson.Default.TokenView, cancellationToken);
            if (!ApiTokenText.TryParse(token.Token ?? "", out _))
                throw new System.Text.Json.JsonException("The server's answer has no token.");
            Console.Out.WriteLine(token.Token);
            Console.Error.WriteLine($"It is valid until {token.Expires:yyyy-MM-dd HH:mm} UTC, and is not shown again.");
        });

    static int CreateForSecret(TokenRequest request)
    {
        if (NewApiToken.Create(
            request.Name, request.Role, request.Projects, request.ExpiresIn, TimeProvider.System.GetUtcNow(),
            out var problem) is not { } made)
        {
            Console.Error.WriteLine(problem);
            return 1;
        }
        Console.Out.WriteLine(made.Text.Reveal());
        Console.Error.WriteLine(DeclaredTokens.GetLine(made.Token));
        return 0;
    }
}

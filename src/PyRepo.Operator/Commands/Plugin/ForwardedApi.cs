using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using PyRepo.Resources.References;

namespace PyRepo.Operator.Commands.Plugin;

/// <summary>The <c>api/v1</c> of a repository, through a port that kubectl forwards until it is disposed.</summary>
sealed class ForwardedApi : IDisposable
{
    /// <summary>The environment variable with the password of a user, as for <c>pyrepo</c>.</summary>
    public const string PasswordVariable = "PYREPO_PASSWORD";

    /// <summary>The bytes of an answer, of which the longest tables have a few million.</summary>
    const int MaxAnswerLength = 64 << 20;

    readonly PortForward _forward;
    readonly HttpClient _http;

    ForwardedApi(PortForward forward, string basePath, AuthenticationHeaderValue? credentials)
    {
        _forward = forward;
        _http = forward.CreateClient(MaxAnswerLength);
        _http.BaseAddress = new Uri(forward.Url, $"{basePath}api/v1/");
        _http.DefaultRequestHeaders.Authorization = credentials;
    }

    /// <summary>Creates the option for the user.</summary>
    public static Option<string?> CreateUserOption() => new("--user")
    {
        Description = $"The user, whose password is in {PasswordVariable}. "
            + "[default: the generated password, if you may read it]",
        HelpName = "USER",
    };

    /// <summary>Opens a way to a repository.</summary>
    /// <param name="found">The repository.</param>
    /// <param name="user">A user of it, or null for the generated password, if there is one that can be read.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    /// <exception cref="KubectlException">There is none, or the user's password is not there.</exception>
    public static async Task<ForwardedApi> OpenAsync(
        FoundResource found, string? user, CancellationToken cancellationToken)
    {
        var credentials = await FindCredentialsAsync(found, user, cancellationToken);
        var forward = await found.Kubectl.ForwardAsync(
            found.Namespace, $"service/{found.Name}", 80, 0, cancellationToken);
        return new ForwardedApi(forward, LoginCommand.GetBasePath(found), credentials);
    }

    /// <summary>Reads something.</summary>
    /// <param name="path">The path below <c>api/v1/</c>.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    /// <returns>The text, and the headers that came with it.</returns>
    /// <exception cref="KubectlException">The server refuses, with its message.</exception>
    public async Task<(string Text, HttpResponseHeaders Headers)> GetAsync(
        string path, CancellationToken cancellationToken)
    {
        using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        return answer.StatusCode is HttpStatusCode.OK ? (text, answer.Headers)
            : throw new KubectlException(text.Trim());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _forward.Dispose();
    }

    static async Task<AuthenticationHeaderValue?> FindCredentialsAsync(
        FoundResource found, string? user, CancellationToken cancellationToken)
    {
        var password = user is null
            ? await LoginCommand.FindPasswordAsync(found, cancellationToken)
            : Environment.GetEnvironmentVariable(PasswordVariable) is { Length: > 0 } given ? given
            : throw new KubectlException($"Set {PasswordVariable} to the password of '{user}'.");
        return password is null ? null : new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user ?? GeneratedSecret.User}:{password}")));
    }
}

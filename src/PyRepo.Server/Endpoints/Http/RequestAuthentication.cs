using System.Collections.Immutable;
using PyRepo.Server.Access;

namespace PyRepo.Server.Endpoints.Http;

/// <summary>Finds out who sends a request, as the repository and, for a group, each of its members knows it.</summary>
sealed class RequestAuthentication(RepositoryRegistration repository, Credentials credentials, LoginSource source)
{
    readonly Dictionary<IAuthenticator, AuthenticationResult> _results = [];
    AuthenticationUnavailableException? _unavailable;
    TimeSpan? _retryAfter;

    /// <summary>Checks the credentials.</summary>
    /// <exception cref="AuthenticationFailedException">The repository and all its members reject them.</exception>
    /// <exception cref="AuthenticationUnavailableException">They cannot be checked now.</exception>
    public async Task<RequestAccess> AuthenticateAsync(CancellationToken cancellationToken)
    {
        var own = await FindAsync(repository, cancellationToken);
        var asMember = ImmutableDictionary.CreateBuilder<string, Caller>();
        foreach (var (name, member) in repository.Members)
        {
            if (await FindAsync(member, cancellationToken) is { } known)
                asMember[name] = known;
        }
        if (own is null && asMember.Count == 0 && !_results.Keys.Any(IsSlowOrToken))
            await SpendTimeAsync(cancellationToken);
        var found = own ?? AsGroup(asMember.Values);
        repository.Requests.Logins.Add(
            found is not null ? LoginOutcome.Accepted
            : _unavailable is not null ? LoginOutcome.Unavailable
            : _retryAfter is not null ? LoginOutcome.Throttled
            : LoginOutcome.Rejected);
        if (found is not { } caller)
            throw _unavailable ?? (Exception)Failure();
        return new RequestAccess(repository, caller, asMember.ToImmutable());
    }

    /// <summary>
    /// Returns whom a group takes a caller for whom only its members know. What a token does not allow in the member,
    /// it does not allow in the group.
    /// </summary>
    static Caller? AsGroup(IEnumerable<Caller> asMember)
    {
        Caller? found = null;
        foreach (var caller in asMember)
        {
            if (caller is Caller.Token token)
                return token with { Owner = token.IsAuthenticated ? Caller.OfMember : Caller.IdentityOfMember };
            found = caller.IsAuthenticated ? Caller.OfMember : found ?? Caller.IdentityOfMember;
        }
        return found;
    }

    /// <summary>Members with equal users share an authenticator, which is asked once.</summary>
    async ValueTask<Caller?> FindAsync(RepositoryRegistration registration, CancellationToken cancellationToken)
    {
        var authenticator = registration.Authenticators.FirstOrDefault(each => each.Accepts(credentials));
        if (authenticator is null)
            return null;
        if (!_results.TryGetValue(authenticator, out var result))
        {
            result = await CheckAsync(authenticator, cancellationToken);
            _results[authenticator] = result;
        }
        return result.Caller;
    }

    /// <summary>A member that cannot be asked does not matter if another one knows the caller.</summary>
    async ValueTask<AuthenticationResult> CheckAsync(
        IAuthenticator authenticator, CancellationToken cancellationToken)
    {
        try
        {
            var result = await authenticator.AuthenticateAsync(credentials, source, cancellationToken);
            _retryAfter = result.RetryAfter ?? _retryAfter;
            return result;
        }
        catch (AuthenticationUnavailableException error)
        {
            _unavailable = error;
            return AuthenticationResult.Failed(null);
        }
    }

    /// <summary>Whether an authenticator has taken time, or has none to hide.</summary>
    static bool IsSlowOrToken(IAuthenticator authenticator) => authenticator is not PasswordVerifier { IsSlow: false };

    /// <summary>Makes a user that does not exist take as long as a wrong password, and be limited as one.</summary>
    async ValueTask SpendTimeAsync(CancellationToken cancellationToken)
    {
        var passwords = repository.Members.Values.Prepend(repository)
            .SelectMany(each => each.Authenticators).OfType<PasswordVerifier>().Where(each => each.HasUsers)
            .MaxBy(each => each.IsSlow);
        if (passwords is not null && credentials.User is not null)
            await CheckAsync(passwords, cancellationToken);
    }

    AuthenticationFailedException Failure()
    {
        var reason = _retryAfter is { } wait
            ? $"Too many wrong passwords for '{repository.Name}', so this one was not checked. "
                + $"Try again in {wait.TotalSeconds} s."
            : _results.Values.Select(result => result.Failure).FirstOrDefault(failure => failure is not null)
            ?? (credentials.User is null
                ? $"The token is not valid for '{repository.Name}'."
                : $"The user or the password is wrong for '{repository.Name}'.");
        return new AuthenticationFailedException(reason)
        {
            Repository = repository.Name,
            User = _results.Keys.Any(each => each is PasswordVerifier) ? credentials.User : null,
            Address = source.Address,
            RetryAfter = _retryAfter,
        };
    }
}

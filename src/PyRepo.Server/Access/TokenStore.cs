using System.Text;
using System.Text.Json;
using PyRepo.Server.Content.Records;
using PyRepo.Storage;

namespace PyRepo.Server.Access;

/// <summary>
/// The tokens of a repository in its store. They are one object, which is read again at most every two seconds while
/// tokens are in use: for so long, another replica may still accept a revoked one.
/// </summary>
sealed class TokenStore(IStore store, TimeProvider clock) : IApiTokenSource
{
    /// <summary>The largest number of tokens that have not expired.</summary>
    public const int MaxTokens = 1000;

    const int MaxAttempts = 12;
    static readonly TimeSpan _fresh = TimeSpan.FromSeconds(2);
    readonly SemaphoreSlim _turn = new(1);
    readonly List<WaitingChange> _waiting = [];
    Known? _known;

    /// <summary>Says why the store must not be written to, or null if it may be.</summary>
    public Func<string?> Waiting { get; init; } = static () => null;

    /// <inheritdoc cref="StoreLease.ConfirmWriteAsync"/>
    public Func<CancellationToken, ValueTask> ConfirmWriteAsync { get; init; } = static _ => default;

    /// <summary>The tokens as they were when one was last used here, or null if none was.</summary>
    public TokenDocument? LastRead => Volatile.Read(ref _known)?.Document;

    /// <summary>Returns the tokens as they were at most two seconds ago.</summary>
    /// <exception cref="AuthenticationUnavailableException">The store cannot be read.</exception>
    public async ValueTask<TokenDocument> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ReadFreshAsync(cancellationToken);
        }
        catch (IOException error)
        {
            throw new AuthenticationUnavailableException(
                "The repository's tokens cannot be read at the moment. Try again.", error);
        }
    }

    async ValueTask<TokenDocument> ReadFreshAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _known) is { } known && clock.GetElapsedTime(known.ReadAt) < _fresh)
            return known.Document;
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_known is { } meanwhile && clock.GetElapsedTime(meanwhile.ReadAt) < _fresh)
                return meanwhile.Document;
            return (await RefreshAsync(cancellationToken)).Document;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ApiToken?> FindAsync(string id, CancellationToken cancellationToken) =>
        (await ReadAsync(cancellationToken)).Tokens.FirstOrDefault(token => token.Id == id);

    /// <summary>The largest number of them that one owner may have.</summary>
    public const int MaxTokensOfOwner = 200;

    /// <summary>Adds a token. Returns false if there are too many, of its owner or of all.</summary>
    public Task<bool> AddAsync(ApiToken token, CancellationToken cancellationToken) => ConfirmAsync(ChangeAsync(
        document => document.Tokens.Count < MaxTokens
            && document.Tokens.Count(token.HasOwnerOf) < MaxTokensOfOwner
                ? document with { Tokens = [.. document.Tokens, token] }
                : null,
        cancellationToken));

    /// <summary>Notes that a provider's token is used. Returns false if it was used before, by any replica.</summary>
    /// <remarks>The lease is confirmed before: what is noted cannot be used again, whatever its user is told.</remarks>
    public async Task<bool> TryUseAsync(string id, DateTimeOffset expires, CancellationToken cancellationToken)
    {
        await ConfirmWriteAsync(cancellationToken);
        return await ChangeAsync(
            document => document.Burned.ContainsKey(id) ? null : WithBurned(document, id, expires), cancellationToken);
    }

    /// <summary>
    /// Removes a token, which is not accepted any more. Returns false if there is none. This works on a full disk, too.
    /// </summary>
    public async Task<bool> RemoveAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return await ConfirmAsync(ChangeAsync(
                document => document.Tokens.Any(token => token.Id == id)
                    ? document with { Tokens = [.. document.Tokens.Where(token => token.Id != id)] }
                    : null,
                cancellationToken));
        }
        catch (StoreFullException)
        {
            if (!await TryEraseAsync(id, cancellationToken))
                throw;
            return true;
        }
    }

    /// <summary>
    /// Overwrites a token's hash with zeros where it lies. Whatever a power cut leaves of it fits no secret.
    /// </summary>
    async Task<bool> TryEraseAsync(string id, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var known = await RefreshAsync(cancellationToken);
            if (known.Document.Tokens.FirstOrDefault(token => token.Id == id) is not { Sha256: var hash })
                return false;
            _known = null;
            // Quotes in names are escaped, so that this is the hash and no name.
            var place = Encoding.ASCII.GetBytes($"\"sha256\":\"{hash}\"");
            await using var content = await store.OpenAsync(StorageLayout.Tokens, cancellationToken);
            var bytes = content is null ? [] : await content.ReadAllAsync(cancellationToken);
            var offset = bytes.AsSpan().IndexOf(place);
            return offset >= 0 && await store.TryOverwriteAsync(
                StorageLayout.Tokens, offset + place.Length - hash.Length - 1,
                Encoding.ASCII.GetBytes(new string('0', hash.Length)), cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Ends a token of trusted publishing for all replicas.</summary>
    public Task BurnAsync(string id, DateTimeOffset expires, CancellationToken cancellationToken) => ConfirmAsync(
        ChangeAsync(document => WithBurned(document, id, expires), cancellationToken));

    /// <summary>The largest number of tokens and sessions that have been ended and have not expired.</summary>
    const int MaxEnded = 10_000;

    /// <summary>Ends a session for all replicas. Returns false if too many, or too many of its owner, were ended lately.</summary>
    public Task<bool> TryEndSessionAsync(string id, DateTimeOffset expires, CancellationToken cancellationToken) =>
        ConfirmAsync(ChangeAsync(
            document => document.Burned.Count < MaxEnded && SessionCookies.MayEnd(id, document.Burned.Keys)
                ? WithBurned(document, id, expires) : null,
            cancellationToken));

    /// <summary>Confirms a change that was made. Nobody else waits for that: tokens are read meanwhile.</summary>
    async Task<bool> ConfirmAsync(Task<bool> change)
    {
        if (!await change)
            return false;
        await ConfirmWriteAsync(CancellationToken.None);
        return true;
    }

    static TokenDocument WithBurned(TokenDocument document, string id, DateTimeOffset expires) => document with
    {
        Burned = new Dictionary<string, DateTimeOffset>(document.Burned) { [id] = expires },
    };

    /// <summary>Changes the tokens. Changes that arrive during a write wait, and are then written together.</summary>
    /// <exception cref="AuthenticationUnavailableException">Another process has the store, or keeps writing.</exception>
    /// <exception cref="IOException">The store fails.</exception>
    async Task<bool> ChangeAsync(Func<TokenDocument, TokenDocument?> change, CancellationToken cancellationToken)
    {
        if (Waiting() is { } why)
            throw new AuthenticationUnavailableException($"The repository {why}.");
        var waiting = new WaitingChange(change);
        lock (_waiting)
            _waiting.Add(waiting);
        try
        {
            await _turn.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            lock (_waiting)
                _waiting.Remove(waiting);
            throw;
        }
        try
        {
            if (!waiting.Outcome.Task.IsCompleted)
                await MakeAsync(TakeWaiting());
        }
        finally
        {
            _turn.Release();
        }
        return await waiting.Outcome.Task;
    }

    List<WaitingChange> TakeWaiting()
    {
        lock (_waiting)
        {
            List<WaitingChange> taken = [.. _waiting];
            _waiting.Clear();
            return taken;
        }
    }

    /// <summary>Makes changes with one write, and tells each its outcome.</summary>
    async Task MakeAsync(List<WaitingChange> changes)
    {
        try
        {
            List<bool>? made = null;
            for (var attempt = 1; made is null; attempt++)
            {
                if (attempt > 1)
                    await Task.Delay(PauseAfter(attempt - 1));
                made = await TryMakeAsync(changes, isLast: attempt == MaxAttempts);
            }
            foreach (var (change, isMade) in changes.Zip(made))
                change.Outcome.SetResult(isMade);
        }
        catch (Exception error)
        {
            foreach (var change in changes)
                change.Outcome.SetException(error);
        }
    }

    static TimeSpan PauseAfter(int attempt) =>
        TimeSpan.FromMilliseconds(Math.Min(40 << attempt, 1000) * Random.Shared.NextDouble());

    /// <summary>Returns which changes were made, or null if another replica made one at the same time.</summary>
    async Task<List<bool>?> TryMakeAsync(List<WaitingChange> changes, bool isLast)
    {
        var known = await RefreshAsync(CancellationToken.None);
        var (document, made) = (known.Document.At(clock.GetUtcNow()), new List<bool>());
        foreach (var change in changes)
        {
            var changed = change.Change(document);
            made.Add(changed is not null);
            document = changed ?? document;
        }
        if (!made.Contains(true))
            return made;
        try
        {
            await WriteAsync(document, known.Version, CancellationToken.None);
        }
        catch (PreconditionFailedException error)
        {
            return !isLast ? null : throw new AuthenticationUnavailableException(
                "Other replicas kept changing the repository's tokens. Try again.", error);
        }
        return made;
    }

    async Task<Known> RefreshAsync(CancellationToken cancellationToken)
    {
        var readAt = clock.GetTimestamp();
        if (_known is { Version: { } version } known)
        {
            var changed = await store.OpenIfChangedAsync(StorageLayout.Tokens, version, cancellationToken);
            return _known = changed.IsUnchanged
                ? known with { ReadAt = readAt }
                : await ParseAsync(changed.Content, readAt, cancellationToken);
        }
        var content = await store.OpenAsync(StorageLayout.Tokens, cancellationToken);
        return _known = await ParseAsync(content, readAt, cancellationToken);
    }

    static async Task<Known> ParseAsync(StoredContent? content, long readAt, CancellationToken cancellationToken)
    {
        if (content is null)
            return new Known(TokenDocument.Empty, null, readAt);
        await using (content)
        {
            await using var stream = await content.OpenStreamAsync(0, cancellationToken);
            try
            {
                var document = await JsonSerializer.DeserializeAsync(
                    stream, AccessJson.Default.TokenDocument, cancellationToken);
                return new Known(document ?? TokenDocument.Empty, content.Object.Version, readAt);
            }
            catch (JsonException error)
            {
                throw new AuthenticationUnavailableException(
                    "The repository's tokens cannot be read.",
                    new InvalidDataException($"'{StorageLayout.Tokens}' is damaged: {error.Message}", error));
            }
        }
    }

    async Task WriteAsync(TokenDocument document, VersionTag? version, CancellationToken cancellationToken)
    {
        await using var staged = await store.StageAsync(null, cancellationToken);
        await staged.AppendAsync(
            JsonSerializer.SerializeToUtf8Bytes(document, AccessJson.Default.TokenDocument), cancellationToken);
        var condition = version is { } known ? WriteCondition.Match(known) : WriteCondition.Absent;
        var stored = await store.CommitAsync(staged, StorageLayout.Tokens, condition, cancellationToken);
        _known = new Known(document, stored.Version, clock.GetTimestamp());
    }

    /// <summary>A change that waits for its turn.</summary>
    /// <param name="Change">Returns the changed tokens, or null if it changes nothing.</param>
    sealed record WaitingChange(Func<TokenDocument, TokenDocument?> Change)
    {
        /// <summary>Whether it was made.</summary>
        public TaskCompletionSource<bool> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    sealed record Known(TokenDocument Document, VersionTag? Version, long ReadAt);
}

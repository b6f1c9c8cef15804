using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using PyRepo.Advisories;
using PyRepo.Egress;
using PyRepo.Server.Platform.Limits;
using PyRepo.Server.Proxies.Upstream;
using PyRepo.Storage;

namespace PyRepo.Server.Proxies.Advisories;

/// <summary>
/// Keeps a database of advisories up to date. A database that can't be read never replaces the last good one, of which
/// the store has a copy.
/// </summary>
/// <param name="source">Where the database comes from; disposed here.</param>
/// <param name="store">The repository's store.</param>
/// <param name="clock">The clock.</param>
/// <param name="logger">The log.</param>
/// <remarks>One pass runs at a time.</remarks>
sealed class AdvisoryFeed(IAdvisorySource source, IStore store, TimeProvider clock, ILogger logger) : IDisposable
{
    const int BufferLength = 128 << 10;
    readonly AdvisoryCopy _copy = new(store, source.Fingerprint);

    /// <summary>The metadata of the copy in the store. Null as long as there is none.</summary>
    AdvisoryCopyMetadata? _metadata;
    volatile AdvisoryDatabase? _current;
    volatile string? _failure;

    /// <summary>The database in force, or null before the first reading.</summary>
    public AdvisoryDatabase? Current => _current;

    /// <summary>When the source last gave a database, or said that it has not changed.</summary>
    public DateTimeOffset? LastSuccess { get; private set; }

    /// <summary>Why the last pass failed, or null if it succeeded.</summary>
    public string? Failure => _failure;

    /// <summary>Reads the copy in the store, if there is one.</summary>
    public Task OpenAsync(CancellationToken cancellationToken) => TryAsync(async () =>
    {
        if (await _copy.ReadAsync(cancellationToken) is not { } found)
            return;
        _metadata = found.Metadata;
        TakeUp(found.Database, "the store");
    }, cancellationToken);

    /// <summary>Asks the source once. If that fails, the database in force stays.</summary>
    /// <returns>Whether it succeeded. If not, <see cref="Failure"/> says why.</returns>
    public async Task<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(ServerLimits.MaxAdvisoriesTime, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        if (!await TryAsync(() => FetchAsync(either.Token), cancellationToken))
            return false;
        LastSuccess = clock.GetUtcNow();
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();

    /// <summary>Whether there is a database with all its documents. Otherwise it is read again, even if it is the same.
    /// </summary>
    bool IsComplete => _current is { DocumentFailure: null };

    async Task FetchAsync(CancellationToken cancellationToken)
    {
        await using var fetched = await source.OpenAsync(
            IsComplete ? _metadata?.Validators : null, cancellationToken);
        if (fetched is null)
            return;
        await using var staged = await store.StageAsync(null, cancellationToken);
        var metadata = new AdvisoryCopyMetadata(
            await ReceiveAsync(fetched.Body, staged, cancellationToken),
            fetched.Validators.ETag, fetched.Validators.LastModified);
        if (!IsComplete || metadata.Sha256 != _metadata?.Sha256)
        {
            TakeUp(Read(staged, cancellationToken), source.Name);
            _metadata = null; // If the copy can't be written, the next pass tries again.
            await KeepAsync(() => _copy.CommitAsync(staged, metadata, cancellationToken));
        }
        else if (metadata != _metadata)
        {
            await KeepAsync(() => _copy.CommitMetadataAsync(metadata, cancellationToken));
        }
        _metadata = metadata;
    }

    /// <summary>Writes to the store, unless another replica is faster. Its copy is as good.</summary>
    static async Task KeepAsync(Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (PreconditionFailedException)
        {
        }
    }

    static async Task<string> ReceiveAsync(Stream body, StagedObject staged, CancellationToken cancellationToken)
    {
        await using var bounded = new BoundedStream(body, ServerLimits.MaxAdvisoriesLength);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferLength];
        while (await bounded.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            hash.AppendData(buffer.AsSpan(0, read));
            await staged.AppendAsync(buffer.AsMemory(0, read), cancellationToken);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    static AdvisoryDatabase Read(StagedObject staged, CancellationToken cancellationToken)
    {
        using var file = staged.OpenRead();
        var database = AdvisoryDatabase.Read(file, cancellationToken);
        return database.Count > 0 ? database : throw new InvalidDataException("It has no advisories for PyPI.");
    }

    void TakeUp(AdvisoryDatabase database, string from)
    {
        // Equal content keeps the same database, so that nothing is evaluated anew.
        if (IsComplete && _current?.Version == database.Version)
            return;
        _current = database;
        Log.Read(logger, database.Count, database.ProjectCount, from, database.Skipped);
    }

    async Task<bool> TryAsync(Func<Task> pass, CancellationToken cancellationToken)
    {
        try
        {
            await pass();
            if (Interlocked.Exchange(ref _failure, null) is not null)
                Log.ReadAgain(logger);
            return true;
        }
        catch (Exception error) when (error is UpstreamUnavailableException or InvalidDataException
            or IOException or UnauthorizedAccessException or HttpRequestException or SocketException
            || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            var message = GetMessage(error);
            if (Interlocked.Exchange(ref _failure, message) != message)
                Log.NotRead(logger, message);
            return false;
        }
    }

    string GetMessage(Exception error) => error switch
    {
        UpstreamUnavailableException unavailable => unavailable.Detail,
        OperationCanceledException =>
            $"{source.Name} took longer than {ServerLimits.MaxAdvisoriesTime.TotalMinutes} min.",
        _ => $"{source.Name} is not usable: {error.Message}",
    };
}

/// <summary>Where a database of advisories comes from.</summary>
interface IAdvisorySource : IDisposable
{
    /// <summary>The source at the beginning of a message, without what may be secret.</summary>
    string Name { get; }

    /// <summary>Identifies the source: lowercase hexadecimal digits.</summary>
    string Fingerprint { get; }

    /// <summary>Opens the database, if it differs from the known one.</summary>
    /// <param name="known">The validators of the known one, or null if there is none.</param>
    /// <param name="cancellationToken">Stops opening.</param>
    /// <returns>The database, which the caller disposes, or null if it has not changed.</returns>
    /// <exception cref="UpstreamUnavailableException">The source can't be reached.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    Task<FetchedAdvisories?> OpenAsync(PageValidators? known, CancellationToken cancellationToken);
}

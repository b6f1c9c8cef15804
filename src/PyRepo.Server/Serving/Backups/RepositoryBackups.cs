using Microsoft.Extensions.Logging;
using PyRepo.Resources;
using PyRepo.Resources.Storage;
using PyRepo.Server.Serving.Moving;
using PyRepo.Server.Serving.Stores;
using PyRepo.Storage;

namespace PyRepo.Server.Serving.Backups;

/// <summary>Makes the backups of a repository when they are due, and reads them back.</summary>
/// <remarks>
/// Each replica looks by itself. Who gets the lease of the bucket looks again what is due; the others see what came of it.
/// </remarks>
/// <param name="source">The repository's store.</param>
/// <param name="name">The repository's name.</param>
/// <param name="clock">The clock.</param>
/// <param name="logger">Receives the outcomes.</param>
sealed class RepositoryBackups(RepositoryStore source, string name, TimeProvider clock, ILogger logger)
    : IAsyncDisposable
{
    static readonly TimeSpan _firstRetry = TimeSpan.FromMinutes(1);
    static readonly TimeSpan _longestRetry = TimeSpan.FromMinutes(30);
    static readonly TimeSpan _verifyRetry = TimeSpan.FromDays(1);

    /// <summary>How often another replica's work is looked at.</summary>
    static readonly TimeSpan _look = TimeSpan.FromMinutes(5);

    readonly SemaphoreSlim _using = new(1);
    BackupPlan? _plan;
    DateTimeOffset _retryAt;
    DateTimeOffset _lookAt;
    DateTimeOffset _verifyAt;
    bool _isPrepared;
    int _failures;

    /// <summary>The state, or null if no backups are asked for.</summary>
    public BackupState? State { get; private set; }

    /// <summary>The request that is known, which may have been met.</summary>
    public string? Requested => _plan?.Request;

    /// <summary>Uses a spec from now on.</summary>
    /// <param name="spec">The spec, or null if no backups are asked for.</param>
    /// <param name="target">Creates the store of the backups. It is called only if the bucket is another one.</param>
    /// <param name="fingerprint">The fingerprint of the bucket.</param>
    /// <param name="request">Asks for a backup at once if it is another text than before.</param>
    public async Task UseAsync(BackupSpec? spec, Func<RepositoryStore> target, string fingerprint, string? request)
    {
        if (spec is null && _plan is null)
            return;
        if (_plan is { } plan && spec is not null && plan.Target.Fingerprint == fingerprint)
        {
            if ((plan.Spec, plan.Request) != (spec, request))
                (_plan, _retryAt, _lookAt) = (plan with { Spec = spec, Request = request }, default, default);
            return;
        }
        await EndAsync();
        (_retryAt, _lookAt, _isPrepared, _failures) = (default, default, false, 0);
        State = spec is null ? null : new BackupState();
        _plan = spec is null ? null : new BackupPlan(spec, target(), request, new CancellationTokenSource());
    }

    /// <summary>Passes the bucket the keys of a later configuration.</summary>
    public void UseKeys(Configuration.ServerConfiguration configuration) => _plan?.Target.UseKeys(configuration);

    /// <summary>Makes or verifies a backup, if it is time for that.</summary>
    public async Task RunIfDueAsync(CancellationToken cancellationToken)
    {
        await _using.WaitAsync(cancellationToken);
        try
        {
            if (_plan is not { } plan || clock.GetUtcNow() < _retryAt)
                return;
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, plan.Ended.Token);
            if (await TryRunAsync(plan, ended.Token))
                (_failures, State) = (0, State! with { Failure = null });
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Another bucket is used from now on, or none.
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException
            or PreconditionFailedException)
        {
            Fail(error);
        }
        finally
        {
            _using.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _using.Dispose();
    }

    /// <summary>Interrupts what is on its way, and closes the bucket.</summary>
    async Task EndAsync()
    {
        if (_plan is not { } plan)
            return;
        await plan.Ended.CancelAsync();
        await _using.WaitAsync();
        _plan = null;
        plan.Target.Dispose();
        plan.Ended.Dispose();
        _using.Release();
    }

    /// <summary>Does what is due. Returns false if somebody else has the bucket.</summary>
    async Task<bool> TryRunAsync(BackupPlan plan, CancellationToken cancellationToken)
    {
        if (!_isPrepared)
            await plan.Target.Store.PrepareAsync(cancellationToken);
        _isPrepared = true;
        if (_lookAt <= clock.GetUtcNow())
            await LookAsync(plan, cancellationToken);
        if (GetWork(plan) is BackupWork.None)
            return true;
        await Content.Records.StoreFormatFile.CheckAsync(
            plan.Target.Store, plan.Target.Owner, plan.Target.TakesOver, cancellationToken);
        await using var hold = await StoreHold.TakeAloneAsync(plan.Target, cancellationToken);
        if (hold.User is not null)
        {
            // It is another replica, whose work is this one's; or somebody's command.
            (_retryAt, _lookAt) = (clock.GetUtcNow() + _firstRetry, default);
            return false;
        }
        await plan.Target.ClaimAsync(cancellationToken);
        await LookAsync(plan, cancellationToken);
        var work = GetWork(plan);
        if (work is BackupWork.Backup)
            await BackUpAsync(plan, hold, cancellationToken);
        if (work is not BackupWork.None && GetWork(plan) is BackupWork.Verify)
            await VerifyAsync(plan, hold, cancellationToken);
        return true;
    }

    /// <summary>Reads what there is.</summary>
    async Task LookAsync(BackupPlan plan, CancellationToken cancellationToken)
    {
        var catalog = new BackupCatalog(plan.Target.Store);
        var names = await catalog.ListAsync(cancellationToken);
        var last = await catalog.FindReadableAsync(names, cancellationToken);
        var verified = await catalog.FindLastVerificationAsync(cancellationToken);
        var next = BackupDue.GetNext(plan.Spec, last, clock.GetUtcNow());
        State = (State ?? new()) with
        {
            Count = names.Length,
            Last = last,
            Verified = verified,
            Next = next,
            IsKnown = true,
            VerificationDue = BackupDue.GetVerification(plan.Spec, last, verified),
        };
        _lookAt = clock.GetUtcNow() + _look;
    }

    BackupWork GetWork(BackupPlan plan)
    {
        var now = clock.GetUtcNow();
        var work = BackupDue.GetWork(plan.Spec, plan.Request, State?.Last, State?.Verified, now);
        return work is BackupWork.Verify && now < _verifyAt ? BackupWork.None : work;
    }

    async Task BackUpAsync(BackupPlan plan, StoreHold hold, CancellationToken cancellationToken)
    {
        var progress = new BackupProgress();
        State = State! with { Running = progress };
        try
        {
            var made = await new BackupRun(source, plan.Target, clock)
                .RunAsync(hold, plan.Request, progress, cancellationToken);
            Log.BackedUp(logger, name, made.Name, plan.Target.Location, made.Files, made.Added, made.ProblemCount);
        }
        finally
        {
            State = State with { Running = null };
        }
        await LookAsync(plan, cancellationToken);
        await RemoveOldAsync(plan, hold, cancellationToken);
    }

    /// <summary>A backup counts although old ones cannot be removed: what cannot be read is not known to be needless.</summary>
    async Task RemoveOldAsync(BackupPlan plan, StoreHold hold, CancellationToken cancellationToken)
    {
        try
        {
            var made = State!.Last!;
            if (source.Owner.Kind == PythonRepository.KindName
                && await FindFullerAsync(plan, made, cancellationToken) is { } fuller)
            {
                throw new InvalidDataException(
                    $"The backup {fuller.Name} has more projects than {made.Name}: {fuller.Projects}, not "
                    + $"{made.Projects}. A repository never loses one: is it another one, or was it lost? Delete by "
                    + "hand the backups that you do not need.");
            }
            await new BackupRemoval(plan.Target.Store, hold.ConfirmAsync, clock)
                .RunAsync(plan.Spec.Keep, cancellationToken);
            State = State with { NotRemoved = null };
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            State = State! with { NotRemoved = error.Message };
            Log.BackupsNotRemoved(logger, name, plan.Target.Location, error.Message);
        }
        await LookAsync(plan, cancellationToken);
    }

    /// <summary>
    /// Finds a backup with more projects. If a repository was lost, and an empty one has its place, its backups must not go.
    /// </summary>
    static async Task<BackupSummary?> FindFullerAsync(
        BackupPlan plan, BackupSummary made, CancellationToken cancellationToken)
    {
        var catalog = new BackupCatalog(plan.Target.Store);
        foreach (var name in await catalog.ListAsync(cancellationToken))
        {
            if (await catalog.ReadAsync(name, cancellationToken) is { } other && other.Projects > made.Projects)
                return other;
        }
        return null;
    }

    async Task VerifyAsync(BackupPlan plan, StoreHold hold, CancellationToken cancellationToken)
    {
        // An attempt that fails is not repeated at once: it reads everything.
        _verifyAt = clock.GetUtcNow() + _verifyRetry;
        var outcome = await new BackupVerifier(plan.Target.Store, clock)
            .RunAsync(State!.Last!, hold.ConfirmAsync, cancellationToken);
        _verifyAt = default;
        if (outcome.DamagedCount == 0)
            Log.BackupVerified(logger, name, outcome.Name, outcome.Objects);
        else
            Log.BackupDamaged(logger, name, outcome.Name, outcome.Objects, outcome.DamagedCount);
        await LookAsync(plan, cancellationToken);
    }

    void Fail(Exception error)
    {
        var now = clock.GetUtcNow();
        _retryAt = now + TimeSpan.FromTicks(
            Math.Min(_longestRetry.Ticks, _firstRetry.Ticks << Math.Min(_failures++, 10)));
        (_lookAt, _isPrepared) = (default, false);
        var code = error is BucketException { Code: { Length: > 0 } given } ? $"{given}: " : "";
        var message = code + error.Message;
        if (State?.Failure?.Message != message)
            Log.NotBackedUp(logger, name, message);
        State = (State ?? new()) with { Failure = new(message, State?.Failure?.Since ?? now) };
    }

    /// <summary>The spec, and the bucket.</summary>
    sealed record BackupPlan(
        BackupSpec Spec, RepositoryStore Target, string? Request, CancellationTokenSource Ended);
}

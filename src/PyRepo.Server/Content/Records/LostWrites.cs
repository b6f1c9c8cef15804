using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using PyRepo.Packaging.FileNames;
using PyRepo.Storage;

namespace PyRepo.Server.Content.Records;

/// <summary>
/// Puts back what this process had acknowledged, and a record has lost. Each of them proves that the conditional writes of
/// the bucket's service do not work.
/// </summary>
/// <param name="records">The records.</param>
/// <param name="logger">The log.</param>
sealed class LostWrites(ProjectRecords records, ILogger logger)
{
    long _total;

    /// <summary>How many changes this process found to be lost.</summary>
    public long Total => Interlocked.Read(ref _total);

    /// <summary>Waits for a lost write. Returns it for a sentence.</summary>
    public async Task<string> WaitAsync(CancellationToken cancellationToken)
    {
        await records.Lost.WaitToReadAsync(cancellationToken);
        return records.Lost.TryPeek(out var lost) ? Describe(lost) : "a change";
    }

    /// <summary>Puts all lost writes back.</summary>
    /// <exception cref="IOException">One could not be put back, and is tried again the next time.</exception>
    public async Task PutBackAsync(CancellationToken cancellationToken)
    {
        while (records.Lost.TryPeek(out var lost))
        {
            var record = records.GetOrCreate(lost.Project);
            // What is in memory may still have it.
            await record.ForgetAsync(cancellationToken);
            var missing = await record.ChangeAsync(history => Decide(history, lost.Events));
            records.Lost.TryRead(out _);
            Interlocked.Add(ref _total, lost.Events.Length);
            Log.WriteLost(logger, Describe(lost), missing.PutBack, missing.Taken);
        }
    }

    static string Describe(AcknowledgedWrite lost) =>
        $"{lost.Events[0].File ?? "the status"} of '{lost.Project}', which was acknowledged at "
        + $"{lost.Events[0].At.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z";

    /// <summary>Decides which events a history still lacks. What somebody else gave the same name stays as it is.</summary>
    static Change<(int PutBack, int Taken)> Decide(ProjectHistory history, ImmutableArray<ProjectEvent> lost)
    {
        ImmutableArray<ProjectEvent> missing = [.. lost.Where(e => IsMissing(history, e)).Select(AsNew)];
        return new((missing.Length, lost.Length - missing.Length), missing);
    }

    static ProjectEvent AsNew(ProjectEvent lost) => lost with
    {
        Serial = 0,
        First = null,
        WriteId = null,
        IndexSerial = null,
        Uploaded = lost.Event is ProjectEventKind.Added ? lost.Uploaded ?? lost.At : lost.Uploaded,
    };

    static bool IsMissing(ProjectHistory history, ProjectEvent lost)
    {
        if (lost.Event is ProjectEventKind.Status)
            return true;
        if (lost.File is null || !DistributionFileName.TryParse(lost.File, out var name))
            return false;
        var there = history.Find(name);
        return lost.Event is ProjectEventKind.Added or ProjectEventKind.Cached
            ? there is null
            : there?.Visible is not null;
    }
}

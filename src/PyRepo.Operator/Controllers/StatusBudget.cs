using System.Text.Json;
using PyRepo.Operator.Limits;
using PyRepo.Operator.Status;
using PyRepo.Resources.Reports;

namespace PyRepo.Operator.Controllers;

/// <summary>The cost limits of one look at all servers of a resource: time, and memory for their reports.</summary>
/// <remarks>
/// At the same time there are no more looks than workers: up to 8 of each of the three kinds, and the poller's 8. Each
/// has <see cref="OperatorLimits.MaxPodsAtOnce"/> responses of <see cref="OperatorLimits.MaxReportLength"/> in memory,
/// and reports of <see cref="OperatorLimits.MaxReportsSize"/>: 3 MiB, or 60 MiB for the 20 workers of a machine with two
/// processors, and never more than 96 MiB.
/// </remarks>
sealed class StatusBudget : IDisposable
{
    /// <summary>Time for the slowest twice: a worker must soon be free for other resources.</summary>
    static readonly TimeSpan _time = TimeSpan.FromSeconds(4);

    readonly CancellationTokenSource _deadline;
    readonly CancellationTokenSource _ending;
    readonly CancellationToken _canceled;
    int _size = OperatorLimits.MaxReportsSize;

    /// <param name="clock">The time, which runs from now on.</param>
    /// <param name="cancellationToken">Ends it earlier.</param>
    public StatusBudget(TimeProvider clock, CancellationToken cancellationToken)
    {
        _canceled = cancellationToken;
        _deadline = new CancellationTokenSource(_time, clock);
        _ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _deadline.Token);
    }

    /// <summary>Whether the looking itself was canceled, not only its time is over.</summary>
    public bool IsCanceled => _canceled.IsCancellationRequested;

    /// <summary>Whether the time is over.</summary>
    public bool IsSpent => _deadline.IsCancellationRequested;

    /// <summary>Canceled when the time is over.</summary>
    public CancellationToken Token => _ending.Token;

    /// <summary>Parses a response if there is room for it; null: there is not, or it is not a server's.</summary>
    public ServerReport? Read(ReadOnlySpan<byte> json)
    {
        try
        {
            var size = ReportSize.Measure(json);
            if (Interlocked.Add(ref _size, -size) >= 0 && ServerReport.Read(json) is { } report)
                return report;
            Interlocked.Add(ref _size, size);
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ending.Dispose();
        _deadline.Dispose();
    }
}

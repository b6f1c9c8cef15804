using Microsoft.Extensions.Logging;
using PyRepo.Metrics;
using PyRepo.Operator.Limits;

namespace PyRepo.Operator.Controllers;

/// <summary>
/// Tells of objects that are not kept, because their namespace has too many, or too large ones: in the log once for
/// each kind and namespace.
/// </summary>
sealed class LeftOutObjects(MetricRegistry metrics, ILogger logger)
{
    readonly Lock _lock = new();
    readonly HashSet<(string Kind, string Namespace)> _logged = [];
    readonly Counter _count = metrics.Counter(OperatorMetrics.ObjectsLeftOut);

    /// <summary>Notes one.</summary>
    public void Note(string kind, string ns)
    {
        _count.Increment();
        lock (_lock)
        {
            if (!_logged.Add((kind, ns)))
                return;
        }
        Log.LeftOut(logger, kind, ns, OperatorLimits.MaxObjects, OperatorLimits.MaxKeptLength >> 20);
    }
}

namespace PyRepo.Storage.Tests.Buckets.Protocol;

/// <summary>
/// Goes through all states of a model, those that take the fewest steps first, so that a trace to a wrong one is as
/// short as can be.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="maxStates">How many states it looks at.</param>
sealed class ModelChecker(ProtocolModel model, int maxStates)
{
    readonly HashSet<UInt128> _known = [];
    readonly List<(int From, ModelStep Step)> _steps = [];

    /// <summary>Looks for a state in which something is wrong.</summary>
    public CheckResult Run()
    {
        var start = model.Start();
        _known.Add(model.Reduce(start));
        _steps.Add((-1, default));
        ModelStep[] steps = [.. model.Steps()];
        var acknowledged = 0;
        var level = new List<(int Number, ModelState State)> { (0, start) };
        for (var depth = 1; level.Count > 0; depth++)
        {
            var next = new List<(int, ModelState)>();
            foreach (var (number, state) in level)
            {
                foreach (var step in steps)
                {
                    if (model.Next(state, step) is not { } reached)
                        continue;
                    if (reached.Wrong is { } wrong)
                    {
                        return new(_known.Count, depth, false, acknowledged)
                        {
                            Wrong = wrong,
                            Trace = Trace(number, step),
                        };
                    }
                    if (!_known.Add(model.Reduce(reached)))
                    {
                        model.Discard(reached);
                        continue;
                    }
                    acknowledged = Math.Max(acknowledged, int.PopCount(reached.Acknowledged));
                    if (_known.Count >= maxStates)
                        return new(_known.Count, depth, false, acknowledged);
                    next.Add((_steps.Count, reached));
                    _steps.Add((number, step));
                }
            }
            level = next;
        }
        return new(_known.Count, 0, true, acknowledged);
    }

    List<ModelStep> Trace(int number, ModelStep last)
    {
        var trace = new List<ModelStep> { last };
        for (var at = number; _steps[at].From >= 0; at = _steps[at].From)
            trace.Add(_steps[at].Step);
        trace.Reverse();
        return trace;
    }
}

/// <summary>The outcome of a search.</summary>
/// <param name="States">How many states were looked at.</param>
/// <param name="Depth">The number of steps to the last ones.</param>
/// <param name="IsComplete">Whether there are no more within the bounds.</param>
/// <param name="Acknowledged">How many events were acknowledged in one run at most.</param>
sealed record CheckResult(int States, int Depth, bool IsComplete, int Acknowledged)
{
    /// <summary>What is wrong, or null.</summary>
    public string? Wrong { get; init; }

    /// <summary>The steps that lead there.</summary>
    public IReadOnlyList<ModelStep> Trace { get; init; } = [];

    public override string ToString() =>
        $"{States} states, {(Wrong is null ? $"complete: {IsComplete}" : $"{Wrong} after {Depth} steps: ")}"
        + string.Join(" ", Trace);
}

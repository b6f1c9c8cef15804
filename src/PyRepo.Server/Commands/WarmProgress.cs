using PyRepo.Server.Commands.Warming;

namespace PyRepo.Server.Commands;

/// <summary>Shows how far <c>pyrepo warm</c> is.</summary>
sealed class WarmProgress : IWarmProgress
{
    readonly Lock _lock = new();
    ProgressBar _bar = new(0);
    long _bytes;

    /// <inheritdoc/>
    public void Start(int count)
    {
        lock (_lock)
        {
            _bar.End();
            _bar = new ProgressBar(count);
        }
    }

    /// <inheritdoc/>
    public void Finish(string what, long bytes)
    {
        lock (_lock)
        {
            _bytes += bytes;
            _bar.Advance($"{CopyProgress.Mebibytes(_bytes)} MiB {what}");
        }
    }

    /// <summary>Ends the line.</summary>
    public void End()
    {
        lock (_lock)
            _bar.End();
    }
}

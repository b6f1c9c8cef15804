using PyRepo.Server.Serving.Moving;

namespace PyRepo.Server.Commands;

/// <summary>Shows how far a copy is.</summary>
sealed class CopyProgress : ICopyProgress
{
    readonly Lock _lock = new();
    ProgressBar _bar = new(0);
    long _total;
    long _done;
    long _read;

    /// <summary>The bytes that were read from the source.</summary>
    public long BytesRead => _read;

    /// <inheritdoc/>
    public void Start(CopyPlan plan)
    {
        lock (_lock)
            (_bar, _total) = (new ProgressBar(plan.Files), plan.Bytes);
    }

    /// <inheritdoc/>
    public void Read(long bytes)
    {
        lock (_lock)
        {
            var before = Mebibytes(_read);
            _read += bytes;
            if (Mebibytes(_read) > before)
                _bar.Show($"{Mebibytes(_done)} of {Mebibytes(_total)} MiB, {Mebibytes(_read)} MiB read");
        }
    }

    /// <inheritdoc/>
    public void Finish(string fileName, long size)
    {
        lock (_lock)
        {
            _done += size;
            _bar.Advance($"{Mebibytes(_done)} of {Mebibytes(_total)} MiB {fileName}");
        }
    }

    /// <summary>Ends the line.</summary>
    public void End()
    {
        lock (_lock)
            _bar.End();
    }

    /// <summary>Returns a number of bytes in MiB, rounded down.</summary>
    public static long Mebibytes(long bytes) => bytes >> 20;
}

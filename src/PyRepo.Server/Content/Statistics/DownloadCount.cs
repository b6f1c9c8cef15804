namespace PyRepo.Server.Content.Statistics;

/// <summary>A row of a day in memory.</summary>
sealed class DownloadCount
{
    long _value;

    /// <summary>The downloads of the day, as far as this process knows its file.</summary>
    public long Value => Volatile.Read(ref _value);

    /// <summary>How many of them are in the file.</summary>
    public long Written { get; set; }

    /// <summary>Counts downloads.</summary>
    public void Add(long downloads) => Interlocked.Add(ref _value, downloads);
}

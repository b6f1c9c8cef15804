namespace PyRepo.Server.Endpoints.Files;

/// <summary>How long a client may take for what is sent to it at once.</summary>
/// <param name="BytesPerSecond">The minimum rate.</param>
/// <param name="Clock">The clock.</param>
sealed record SendTimeout(int BytesPerSecond, TimeProvider Clock)
{
    /// <summary>Fewer bytes may take as long as this many, so that a network may stall for a moment.</summary>
    public const int FewBytes = 256 * 1024;

    /// <summary>Returns how long a number of bytes may take.</summary>
    public TimeSpan For(long bytes) => TimeSpan.FromSeconds((double)Math.Max(bytes, FewBytes) / BytesPerSecond);
}

namespace PyRepo.Storage.Buckets;

/// <summary>Bytes in a buffer that may have room for more, so that what is appended to often is not copied each time.</summary>
/// <param name="buffer">The buffer. Who appends must be the only one who does, to the one that was made last.</param>
/// <param name="length">How many bytes it has. They do not change any more.</param>
sealed class AppendedBytes(byte[] buffer, int length)
{
    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Memory => buffer.AsMemory(0, length);

    /// <summary>How much memory they take.</summary>
    public int Capacity => buffer.Length;

    /// <summary>
    /// Appends bytes. A new object has no room for more, and neither has one that is too long to be remembered.
    /// </summary>
    public AppendedBytes Append(ReadOnlySpan<byte> end)
    {
        var total = checked(length + end.Length);
        var larger = buffer;
        if (total > buffer.Length)
        {
            larger = new byte[length == 0 || total > RecentAppends.MaxLength ? total : total + total / 2];
            buffer.AsSpan(0, length).CopyTo(larger);
        }
        end.CopyTo(larger.AsSpan(length));
        return new AppendedBytes(larger, total);
    }
}

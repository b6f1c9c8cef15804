namespace PyRepo.Operator.Logging;

/// <summary>Where logs go.</summary>
static class StandardError
{
    /// <summary>Writes a line. Nobody who no longer reads the log shall stop the operator.</summary>
    public static void Write(Stream output, ReadOnlySpan<byte> line)
    {
        try
        {
            output.Write(line);
            output.Flush();
        }
        catch (IOException)
        {
        }
    }
}

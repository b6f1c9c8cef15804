using PyRepo.Server.Platform.Limits;
using PyRepo.Storage.Directories;

namespace PyRepo.Server.Serving.Configuration;

/// <summary>The content of <c>platform.json</c>.</summary>
/// <param name="Text">The file's bytes, or null if there is no file or it cannot be read.</param>
/// <param name="Error">Why it cannot be read, or null.</param>
sealed record PlatformText(byte[]? Text, string? Error)
{
    /// <summary>Reads the file.</summary>
    public static PlatformText Read(string path)
    {
        try
        {
            return new(RegularFile.ReadAll(path, ServerLimits.MaxMountedFileLength), null);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new(null, error.Message);
        }
    }
}

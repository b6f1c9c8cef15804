using PyRepo.Server.Endpoints.Rendering;

namespace PyRepo.Server.Tests.Endpoints.Rendering;

/// <summary>Reads the body of a page.</summary>
static class PageBytes
{
    /// <summary>Returns it, whether it is in memory or in a file.</summary>
    public static byte[] From(RenderedPage page)
    {
        if (page.File is null)
            return [.. page.Segments.SelectMany(piece => piece.ToArray())];
        var bytes = new byte[page.Length];
        Assert.Equal(bytes.Length, RandomAccess.Read(page.File.Handle, bytes, fileOffset: 0));
        return bytes;
    }
}

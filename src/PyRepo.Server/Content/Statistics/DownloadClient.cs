namespace PyRepo.Server.Content.Statistics;

/// <summary>What is counted about the client of a download. It says nothing about who runs it, or where.</summary>
/// <param name="Installer">One of <see cref="Installers"/>.</param>
/// <param name="Python">
/// The minor version of Python that it runs on or installs for, such as <c>3.11</c>, or null.
/// </param>
sealed record DownloadClient(string Installer, string? Python)
{
    /// <summary>A client of which nothing is known.</summary>
    public static DownloadClient Unknown { get; } = new(Installers.Other, null);
}

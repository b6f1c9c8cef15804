namespace EndToEnd.Serving;

/// <summary>The server that <see cref="BadUploadTests"/> are sent to.</summary>
public sealed class BadUploadsServer() : RunningServer(
    Manifest.All(Manifest.Create("team"), Manifest.Create("small", "{ uploads: { maxFileSize: 1Mi } }")));

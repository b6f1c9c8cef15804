namespace PyRepo.Server.Tests.Endpoints.Files;

/// <summary>How a <see cref="FileHost"/> listens.</summary>
public enum Endpoint
{
    SendFile,
    SwitchedOff,
    Tls,
}

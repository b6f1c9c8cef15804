using Microsoft.AspNetCore.Http;

namespace EndToEnd.Proxying;

/// <summary>Answers one request.</summary>
public delegate Task Reply(HttpContext context);

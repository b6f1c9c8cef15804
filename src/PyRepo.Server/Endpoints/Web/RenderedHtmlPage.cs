using PyRepo.Server.Endpoints.Rendering;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>A page for people, ready to send.</summary>
/// <param name="Page">Its bytes.</param>
/// <param name="Nonce">What its script tags have.</param>
/// <param name="Status">The status of the response.</param>
sealed record RenderedHtmlPage(RenderedPage Page, string Nonce, int Status);

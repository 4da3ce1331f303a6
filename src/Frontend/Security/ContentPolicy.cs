namespace Lineup.Frontend.Security;

/// <summary>
/// What a browser may do with an answer, as the endpoint's metadata; see https://www.w3.org/TR/CSP3/. An endpoint that says nothing
/// answers with data, which nothing may be loaded from.
/// </summary>
internal sealed class ContentPolicy
{
    private ContentPolicy(string value) => Value = value;

    /// <summary>For data: nothing may run, load or frame.</summary>
    public static ContentPolicy Data { get; } = new("default-src 'none'; frame-ancestors 'none'");

    /// <summary>
    /// For the page: everything comes from here, and no script or style sheet stands in the page itself. MudBlazor positions elements
    /// by their style attribute, which is all that 'unsafe-inline' opens.
    /// </summary>
    public static ContentPolicy Page { get; } = new(
        "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' blob: data:; "
        + "font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'");

    /// <summary>For the API's documentation, whose generator writes a script and styles into the page.</summary>
    public static ContentPolicy Documentation { get; } = new(
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        + "base-uri 'self'; form-action 'none'; frame-ancestors 'none'");

    /// <summary>For Orleans' dashboard, which sets styles as it draws.</summary>
    public static ContentPolicy OrleansDashboard { get; } = new(
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; "
        + "base-uri 'self'; form-action 'none'; frame-ancestors 'none'");

    public string Value { get; }
}

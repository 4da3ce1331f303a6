namespace Lineup.Frontend.Page.Models;

/// <summary>Looks at the cluster anew, so that what was just done there is seen at once.</summary>
public delegate Task Refresh();

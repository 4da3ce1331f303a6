using System.Net;
using Lineup.EndToEnd.Tests.Hosting;

namespace Lineup.EndToEnd.Tests.Hostile;

public sealed class ParameterTests(FrontendFixture frontend)
{
    public static TheoryData<string> Queries =>
    [
        "?top=0", "?top=-1", "?top=1001", "?top=many", "?top=99999999999", "?top=1.5", "?top=",
        "?deadlineMs=0", "?deadlineMs=-5", "?deadlineMs=60001", "?deadlineMs=soon", "?deadlineMs=99999999999",
        "?priority=urgent", "?priority=", "?priority=1",
    ];

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task Classify_ValueOutOfRange_IsABadRequestThatNamesIt(string query)
    {
        using var response = await frontend.Http.ClassifyAsync("tiny", Pictures.Red, query: query);

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "bad_request");
        Assert.Contains(query.Split('?', '=')[1], problem.Text("detail"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Queries))]
    [InlineData("?load=perhaps")]
    public async Task Compare_ValueOutOfRange_IsABadRequestThatNamesIt(string query)
    {
        using var response = await frontend.Http.CompareAsync("tiny", Pictures.Red, query);

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "bad_request");
        Assert.Contains(query.Split('?', '=')[1], problem.Text("detail"), StringComparison.Ordinal);
    }
}

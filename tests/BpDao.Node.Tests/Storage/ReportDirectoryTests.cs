using BpDao.Node.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace BpDao.Node.Tests.Storage;

public sealed class ReportDirectoryTests : IDisposable
{
    private readonly DataDirectory _data = DataDirectory.Open("");
    private readonly ReportDirectory _reports;

    public ReportDirectoryTests() => _reports = new ReportDirectory(_data.Combine("reports"), NullLogger<ReportDirectory>.Instance);

    public void Dispose() => _data.Dispose();

    [Fact]
    public void The_first_report_of_a_name_stays()
    {
        _reports.Keep("Divergence-7.txt", "first"u8.ToArray());
        _reports.Keep("Divergence-7.txt", "second"u8.ToArray());
        Assert.Equal("first", File.ReadAllText(_data.Combine("reports", "Divergence-7.txt")));
    }

    [Fact]
    public void There_is_an_end_to_them()
    {
        for (int i = 0; i < 2 * ReportDirectory.MaxFiles; i++) _reports.Keep($"{i}.txt", new byte[] { 1 });
        Assert.Equal(ReportDirectory.MaxFiles, Directory.GetFiles(_data.Combine("reports")).Length);
    }

    [Fact]
    public void No_name_leads_out_of_the_directory() => Assert.Throws<ArgumentException>(() => _reports.Keep("../bpdao.lock", new byte[] { 1 }));

    [Fact]
    public void A_disk_that_takes_nothing_stops_nobody()
    {
        File.WriteAllText(_data.Combine("reports"), "in the way");
        _reports.Keep("a.txt", new byte[] { 1 });
    }
}

using System.Diagnostics.Metrics;
using BpDao.Consensus.Por.Engine;
using BpDao.Consensus.Por.Protocol;
using BpDao.Node.Engines.Por;
using Xunit;

namespace BpDao.Node.Tests.Engines;

public sealed class PorMetricsTests
{
    [Fact]
    public void A_node_that_an_alarm_has_stopped_shows_it_in_its_metrics()
    {
        PorStatus? status = null;
        using Meter meter = new(nameof(PorMetricsTests));
        PorMetrics.Add(meter, () => status);
        Assert.Equal(0, Scrape(meter));
        status = PorStatus.NotStarted;
        Assert.Equal(0, Scrape(meter));
        status = status with { Alarm = $"{AlarmKind.KeyInUseElsewhere}: a proposal of round 0 that this node did not sign" };
        Assert.Equal(1, Scrape(meter));
    }

    private static int Scrape(Meter meter)
    {
        int? stopped = null;
        using MeterListener listener = new();
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) =>
        {
            if (instrument.Name == "bpdao.por.stopped") stopped = value;
        });
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter == meter) l.EnableMeasurementEvents(instrument);
        };
        listener.Start();
        listener.RecordObservableInstruments();
        return stopped ?? throw new InvalidOperationException("There is no such instrument.");
    }
}

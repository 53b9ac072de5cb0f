using System.Text.Json;
using BpDao.Core;
using BpDao.Testing;
using Xunit;

namespace BpDao.Network.Tests.Sessions;

/// <summary>Nimbus's malformed messages: each must end the session, and a protocol's own reach the protocol.</summary>
public sealed class ThunkVectorTests
{
    private const string Archive = "p2p.zip";

    // Of eth, which has 17 messages and so the codes 0x10 to 0x20.
    private const int LastOfEth = 0x10;

    [FixtureFact(Archive)]
    public async Task Every_payload_ends_the_session_or_reaches_its_protocol_unread()
    {
        using JsonDocument file = Fixtures.ReadJson(Archive, "nimbus/test_rlpx_thunk.json");
        int ended = 0, reached = 0;
        foreach (JsonProperty vector in file.RootElement.EnumerateObject())
        {
            // The first byte of 0x00 is Hello there; in RLP the number zero is 0x80.
            byte[] payload = Hex.Decode(vector.Value.GetProperty("payload").GetString()!);
            if (payload[0] == 0) payload[0] = 0x80;
            RlpReader reader = new(payload);
            Assert.True(reader.TryReadRaw(out ReadOnlySpan<byte> code));
            byte[] data = [.. code, .. Snappier.Snappy.CompressToArray(reader.Rest.ToArray())], content = reader.Rest.ToArray();
            bool ofEth = code is [0x20];

            TestProtocol eth = new("eth", 68, messages: LastOfEth + 1);
            await using TestHost host = await TestHost.StartAsync(TestKeys.A, eth);
            using RawPeer peer = await RawPeer.GreetAsync(host, TestKeys.B, capabilities: [new Capability("eth", 68)]);
            TestHandler handler = await eth.NextAsync();
            await peer.SendDataAsync(data);
            if (ofEth)
            {
                (int own, byte[] arrived) = await handler.NextAsync();
                Assert.Equal(LastOfEth, own);
                Assert.Equal(content, arrived);
                reached++;
            }
            else
            {
                // A Disconnect without a reason, or with more behind it, is one all the same.
                DisconnectReason expected = content switch
                {
                    [0xc0] => DisconnectReason.Requested,
                    [0xc2, 0x04, ..] => DisconnectReason.TooManyPeers,
                    _ => DisconnectReason.BreachOfProtocol,
                };
                Assert.Equal(expected, await handler.Ended);
                ended++;
            }
        }

        Assert.Equal((13, 4), (ended, reached));
    }
}

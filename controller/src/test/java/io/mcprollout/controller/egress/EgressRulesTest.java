package io.mcprollout.controller.egress;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Link-local and metadata addresses are recognised in every disguise, and ordinary ones are let through. */
class EgressRulesTest {
    private static final EgressRules STRICT = new EgressRules(false, false, false);
    private static final EgressRules LAX = new EgressRules(true, true, true);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://169.254.169.254/latest/meta-data",
                "http://169.254.0.1:8080/",
                "http://2852039166/",
                "http://0xA9FEA9FE/",
                "http://[fe80::1]/",
                "http://[febf::1%25eth0]/",
                "http://[fd00:ec2::254]/",
                "http://[fd00:0ec2:0:0:0:0:0:254]/",
                "http://[fd20:ce::254]/",
                "http://[::ffff:169.254.169.254]/",
                "http://[::ffff:a9fe:a9fe]/",
                "http://[::169.254.169.254]/",
                "http://[64:ff9b::a9fe:a9fe]/",
                "http://[2002:a9fe:a9fe::1]/",
                "http://100.100.100.200/",
                "http://168.63.129.16/",
                "http://192.0.0.192/",
                "http://metadata.google.internal/computeMetadata/v1",
                "https://METADATA.google.internal./",
                "http://metadata/",
                "http://instance-data.ec2.internal/"
            })
    void metadataIsRefusedUnlessAllowed(String url) {
        // When
        Optional<String> refusal = EgressRules.DEFAULT.refuses(URI.create(url));

        // Then
        assertThat(refusal.orElse("")).contains("metadata", "is not allowed here", "egress rule metadata");
        assertThat(LAX.refuses(URI.create(url))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1/,loopback",
        "http://0/,loopback",
        "http://0x/,loopback",
        "http://[::1]/,loopback",
        "http://[::]/,loopback",
        "http://[::ffff:127.0.0.1]/,loopback",
        "http://10.1.2.3/,privateNetworks",
        "http://172.31.0.1/,privateNetworks",
        "http://192.168.1.1/,privateNetworks",
        "http://100.64.0.1/,privateNetworks",
        "http://[fd12::1]/,privateNetworks",
        "http://[fec0::1]/,privateNetworks"
    })
    void ownMachineAndPrivateNetworksAreAllowedUnlessForbidden(String url, String rule) {
        // When
        Optional<String> refusal = STRICT.refuses(URI.create(url));

        // Then
        assertThat(refusal.orElse("")).contains("is not allowed here", "egress rule " + rule);
        assertThat(EgressRules.DEFAULT.refuses(URI.create(url))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://mcp.example.com/mcp",
                "http://mcp.mcp-services.svc.cluster.local:3000/mcp",
                "http://172.32.0.1/",
                "http://169.253.1.1/",
                "http://100.128.0.1/",
                "http://[2001:db8::1]/",
                "http://metadata.example.com/"
            })
    void ordinaryServersAreNeverRefused(String url) {
        // When
        Optional<String> refusal = STRICT.refuses(URI.create(url));

        // Then
        assertThat(refusal).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "ftp://mcp.example.com/,must start with http",
        "mcp.example.com,must start with http",
        "file:///etc/passwd,must start with http",
        "http:///mcp,no valid host",
        "http://a_b/mcp,no valid host",
        "http://1.2.3.256/,no valid host",
        "http://1.2.3.4.5/,no valid host",
        "http://127.1/,no valid host",
        "http://0xa9.0xfe.0xa9.0xfe/,no valid host",
        "http://0251.0376.0251.0376/,no valid host",
        "http://169.254.43518/,no valid host",
        "http://169.16689662/,no valid host",
        "http://169.254.169.254./,no valid host",
        "http://99999999999/,no valid IP address",
        "http://09/,no valid IP address",
        "http://user:secret@mcp.example.com/,put the credential into a Secret",
        "http://mcp.example.com:70000/,between 1 and 65535",
        "http://mcp.example.com:0/,between 1 and 65535",
        "http://224.0.0.1/,multicast or reserved",
        "http://255.255.255.255/,multicast or reserved",
        "http://[ff02::1]/,multicast or reserved",
        "http://0.1.2.3/,multicast or reserved"
    })
    void nonsenseIsRefusedWithTheFix(String url, String expected) {
        // When
        Optional<String> refusal = LAX.refuses(URI.create(url));

        // Then
        assertThat(refusal.orElse("")).contains(expected).doesNotContain("secret@");
    }

    @ParameterizedTest
    @CsvSource({"169.254.169.254,true", "fd00:ec2::254,true", "fe80::2,true", "127.0.0.1,false", "8.8.8.8,false"})
    void judgesAddressesThatNamesResolveTo(String address, boolean refused) throws UnknownHostException {
        // When
        Optional<String> refusal = EgressRules.DEFAULT.refuses(InetAddress.getByName(address));

        // Then
        assertThat(refusal.isPresent()).isEqualTo(refused);
    }
}

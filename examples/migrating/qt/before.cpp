// Answers calls and tells its state in the chat, with the vendor's Qt library: before PORT

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTextStream>

#include "videosdk.h"

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    VideoSDK room;

    QObject::connect(room.Events(), &CEvents::inviteReceived, [&](const QJsonObject &) {
        room.accept();
    });
    QObject::connect(room.Events(), &CEvents::incomingChatMessage, [&](const QJsonObject &event) {
        if (event["message"].toString() == "bye") {
            app.quit();
            return;
        }
        // Whatever the state was at the last event: a question would have no answer to wait for.
        const QJsonObject message{{"method", "sendMessage"},
                                  {"peerId", event["peerId"]},
                                  {"message", QString("state %1").arg(int(room.state()))}};
        // Methods()->sendMessage() leaves out a quotation mark, which no terminal can read.
        room.API_send(QJsonDocument(message).toJson(QJsonDocument::Compact));
    });
    QObject::connect(&room, &VideoSDK::opened, [] { QTextStream(stdout) << "ready\n"; });
    room.open_session("127.0.0.1", app.arguments().at(1).toInt(), qgetenv("TRUEROOM_PIN"));
    return app.exec();
}
